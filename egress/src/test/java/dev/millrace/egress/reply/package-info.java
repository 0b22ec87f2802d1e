@NullMarked
package dev.millrace.egress.reply;

import org.jspecify.annotations.NullMarked;
