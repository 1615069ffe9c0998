/** Tests. */
package io.nokv.control.route;
