/**
 * What tables and value files share: how they are named ({@link io.nokv.lsm.file.NumberedFiles}), how bytes are packed ({@link
 * io.nokv.lsm.file.Compression}) and how many files are held open ({@link io.nokv.lsm.file.OpenFiles}).
 */
package io.nokv.lsm.file;
