/** What the tests of this module share. */
package io.nokv.control;
