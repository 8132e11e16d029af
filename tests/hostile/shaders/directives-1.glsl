// expect: compile_error
#extension all : enable
#extension GL_OES_EGL_image_external_essl3 : require
#extension GL_EXT_shader_framebuffer_fetch : require
#extension GL_GOOGLE_include_directive : enable
#extension : : :
#pragma optimize(off)
#pragma STDGL invariant(all)
#pragma once
#pragma () ) ( "
#error and so it ends
void mainImage(out vec4 c, in vec2 p) { c = vec4(0.5); }
