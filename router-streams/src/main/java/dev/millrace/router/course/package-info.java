/**
 * A job's course after admission: next step after an outcome, cancel, deadline, retry budget. Pure; no store, no topic.
 */
@NullMarked
package dev.millrace.router.course;

import org.jspecify.annotations.NullMarked;
