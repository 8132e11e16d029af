/** Types, keywords and functions of GLSL ES 3.00, and the uniforms that the player adds. */

const words = (text: string): string[] => text.trim().split(/\s+/);

export const TYPES = words(`
  void bool int uint float vec2 vec3 vec4 ivec2 ivec3 ivec4 uvec2 uvec3 uvec4 bvec2 bvec3 bvec4
  mat2 mat3 mat4 mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4
  sampler2D sampler3D samplerCube sampler2DArray sampler2DShadow samplerCubeShadow
  isampler2D isampler3D isamplerCube usampler2D usampler3D usamplerCube`);

export const KEYWORDS = words(`
  break continue do for while switch case default if else discard return struct
  const in out inout uniform varying attribute layout flat smooth centroid invariant precision highp mediump lowp`);

export const FUNCTIONS = words(`
  radians degrees sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow exp log exp2 log2 sqrt inversesqrt
  abs sign floor trunc round roundEven ceil fract mod modf min max clamp mix step smoothstep isnan isinf
  floatBitsToInt floatBitsToUint intBitsToFloat uintBitsToFloat packSnorm2x16 unpackSnorm2x16 packUnorm2x16
  unpackUnorm2x16 packHalf2x16 unpackHalf2x16 length distance dot cross normalize faceforward reflect refract
  matrixCompMult outerProduct transpose determinant inverse lessThan lessThanEqual greaterThan greaterThanEqual
  equal notEqual any all not texture textureProj textureLod textureOffset texelFetch texelFetchOffset textureGrad
  textureSize dFdx dFdy fwidth`);

/** What the player gives to every pass, with what it is. */
export const UNIFORMS: Record<string, string> = {
  iResolution: 'vec3: width, height, 1',
  iTime: 'float: seconds',
  iTimeDelta: 'float: seconds since the last frame',
  iFrame: 'int: number of the frame',
  iFrameRate: 'float: frames per second',
  iMouse: 'vec4: xy position, zw click',
  iDate: 'vec4: year, month, day, seconds',
  iSampleRate: 'float: 44100',
  iChannel0: 'sampler2D',
  iChannel1: 'sampler2D',
  iChannel2: 'sampler2D',
  iChannel3: 'sampler2D',
  iChannelTime: 'float[4]',
  iChannelResolution: 'vec3[4]: size of each channel',
};
