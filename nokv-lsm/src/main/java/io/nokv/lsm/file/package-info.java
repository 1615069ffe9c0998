/**
 * What tables and value files share: how bytes are packed ({@link io.nokv.lsm.file.Compression}) and how many files are held
 * open ({@link io.nokv.lsm.file.OpenFiles}).
 */
package io.nokv.lsm.file;
