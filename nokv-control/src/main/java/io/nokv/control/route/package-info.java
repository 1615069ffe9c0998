/** Which region holds a key: {@link io.nokv.control.route.RouteTable} and what it is made of. */
package io.nokv.control.route;
