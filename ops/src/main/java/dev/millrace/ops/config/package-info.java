/**
 * What an operator can set: every key with its type, default and description, where its value came from, and the modules' configuration
 * records made of them. Nothing here starts anything.
 */
@NullMarked
package dev.millrace.ops.config;

import org.jspecify.annotations.NullMarked;
