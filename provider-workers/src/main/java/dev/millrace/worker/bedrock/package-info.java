/**
 * AWS Bedrock: the Converse API in its binary event stream or whole, and InvokeModel for models that speak a body of their own. Knows no
 * signature and no region: those are the transport's. Pure.
 */
@NullMarked
package dev.millrace.worker.bedrock;

import org.jspecify.annotations.NullMarked;
