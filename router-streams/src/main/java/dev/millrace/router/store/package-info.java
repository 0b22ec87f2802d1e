/**
 * The router's state stores behind the words of the domain: keys, order, due times. No decisions.
 */
@NullMarked
package dev.millrace.router.store;

import org.jspecify.annotations.NullMarked;
