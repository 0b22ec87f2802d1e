@NullMarked
package dev.millrace.egress.jobs;

import org.jspecify.annotations.NullMarked;
