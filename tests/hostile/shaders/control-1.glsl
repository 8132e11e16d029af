// expect: compile_error|done
// Bells, escapes, form feeds, a lone carriage return and a DEL./*[31m]0;title*/ voidmainImage(out vec4 c,in vec2 p){ c = vec4(1.0); } //
