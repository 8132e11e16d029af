/** The project document, and the edits that the editor makes to it. Every edit returns a new document. */

export type BufferName = 'A' | 'B' | 'C' | 'D';
export type PassKey = 'common' | BufferName | 'image';
export type Filter = 'nearest' | 'linear' | 'mipmap';
export type Wrap = 'clamp' | 'repeat' | 'mirror';

export interface Sampler {
  filter?: Filter;
  wrap?: Wrap;
  vflip?: boolean;
  srgb?: boolean;
}

export interface Input {
  channel: number;
  kind: 'buffer' | 'texture' | 'keyboard';
  source: string;
  sampler?: Sampler;
}

export interface Pass {
  type: 'common' | 'buffer' | 'image';
  name?: BufferName;
  code: string;
  inputs?: Input[];
}

export type ParamValue = number | boolean | number[];

export interface Param {
  name: string;
  type: 'float' | 'int' | 'bool' | 'color' | 'point2d';
  label?: string;
  default?: ParamValue;
  /** A bound is of the param's own type: two numbers for a point. */
  min?: number | number[];
  max?: number | number[];
}

export interface Project {
  passes: Pass[];
  params?: Param[];
  license?: string;
  credits?: string;
  origin?: unknown;
  /** Seconds at which the poster is taken; without it, one second or where there is something to see. */
  poster_time?: number;
}

export interface ShaderError {
  pass: PassKey;
  line: number;
  column: number | null;
  message: string;
}

export const BUFFERS: readonly BufferName[] = ['A', 'B', 'C', 'D'];
const ORDER: readonly PassKey[] = ['common', ...BUFFERS, 'image'];

const IMAGE = `void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    // From -1 to 1 on the shorter side, whatever the shape of the picture.
    vec2 p = (2.0 * fragCoord - iResolution.xy) / min(iResolution.x, iResolution.y);

    float rings = sin(12.0 * length(p) - 2.0 * iTime);
    vec3 tint = 0.5 + 0.5 * cos(iTime * 0.4 + p.xyx + vec3(0.0, 2.0, 4.0));
    float glow = 0.04 / abs(rings * 0.5 + 0.3 * sin(3.0 * atan(p.y, p.x) + iTime));

    fragColor = vec4(tint * glow, 1.0);
}
`;

const BUFFER = `void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = fragCoord / iResolution.xy;
    fragColor = vec4(uv, 0.5 + 0.5 * sin(iTime), 1.0);
}
`;

const COMMON = `// What stands here is put in front of every pass.
const float PI = 3.14159265;
`;

export const newProject = (): Project => ({
  passes: [{ type: 'image', code: IMAGE, inputs: [] }],
  params: [],
  license: 'MIT',
  credits: '',
  origin: null,
});

/** The latest moment, in seconds, that a poster may show: with buffers, every frame up to it has to be drawn. */
export const latestPoster = (project: Project): number =>
  project.passes.some((pass) => pass.type === 'buffer') ? 10 : 60;

/** Takes the poster at a moment, to a hundredth of a second; undefined: wherever there is something to see. */
export function setPosterTime(project: Project, time?: number): Project {
  const { poster_time: _, ...rest } = project;
  if (time === undefined) return rest;
  return { ...rest, poster_time: Math.round(100 * Math.min(time, latestPoster(project))) / 100 };
}

export const keyOf = (pass: Pass): PassKey => (pass.type === 'buffer' ? (pass.name ?? 'A') : pass.type);

export function labelOf(key: PassKey): string {
  if (key === 'common') return 'Common';
  return key === 'image' ? 'Image' : `Buffer ${key}`;
}

/** Passes as tabs show them: Common, the buffers, the image last. */
export function sortedPasses(project: Project): Pass[] {
  return [...project.passes].sort((a, b) => ORDER.indexOf(keyOf(a)) - ORDER.indexOf(keyOf(b)));
}

export const findPass = (project: Project, key: PassKey): Pass | undefined =>
  project.passes.find((pass) => keyOf(pass) === key);

export const missingPasses = (project: Project): PassKey[] => ORDER.filter((key) => !findPass(project, key));

export function addPass(project: Project, key: PassKey): Project {
  if (findPass(project, key) || key === 'image') return project;
  const pass: Pass =
    key === 'common'
      ? { type: 'common', code: COMMON }
      : { type: 'buffer', name: key, code: BUFFER, inputs: [] };
  return { ...project, passes: sortedPasses({ ...project, passes: [...project.passes, pass] }) };
}

/** Removes a pass and the channels that read it: an input without a source would not load. */
export function removePass(project: Project, key: PassKey): Project {
  if (key === 'image') return project;
  const passes = project.passes.filter((pass) => keyOf(pass) !== key);
  return { ...project, passes: passes.map((pass) => withoutSource(pass, key)) };
}

function withoutSource(pass: Pass, source: PassKey): Pass {
  if (!pass.inputs) return pass;
  return {
    ...pass,
    inputs: pass.inputs.filter((input) => input.kind !== 'buffer' || input.source !== source),
  };
}

function replacePass(project: Project, key: PassKey, change: (pass: Pass) => Pass): Project {
  return { ...project, passes: project.passes.map((pass) => (keyOf(pass) === key ? change(pass) : pass)) };
}

export const setCode = (project: Project, key: PassKey, code: string): Project =>
  replacePass(project, key, (pass) => ({ ...pass, code }));

export const inputAt = (pass: Pass | undefined, channel: number): Input | undefined =>
  pass?.inputs?.find((input) => input.channel === channel);

/** Sets one channel of a pass, or frees it with null. */
export function setInput(project: Project, key: PassKey, channel: number, input: Input | null): Project {
  return replacePass(project, key, (pass) => {
    const others = (pass.inputs ?? []).filter((known) => known.channel !== channel);
    const inputs = input ? [...others, { ...input, channel }] : others;
    return { ...pass, inputs: inputs.sort((a, b) => a.channel - b.channel) };
  });
}

/** What a channel starts with; the sampler states what the player would take by itself. */
export function newInput(channel: number, kind: Input['kind'], source: string): Input {
  const sampler: Sampler =
    kind === 'texture' ? { filter: 'mipmap', wrap: 'repeat' } : { filter: 'linear', wrap: 'clamp' };
  return kind === 'keyboard' ? { channel, kind, source: '' } : { channel, kind, source, sampler };
}

/** Tags as people type them, "Noise, ray marching #2d", as the API wants them. */
export function parseTags(text: string): string[] {
  const tags = text
    .split(/[,\n]/)
    .map((tag) => tag.trim().replace(/^#/, '').toLowerCase().replace(/\s+/g, '-'));
  return [...new Set(tags.filter(Boolean))];
}

/** All code of a project as one text, each pass under its name: what "Copy code" copies. */
export function projectText(project: Project): string {
  const passes = sortedPasses(project);
  if (passes.length === 1) return passes[0]?.code ?? '';
  return passes.map((pass) => `// ${labelOf(keyOf(pass))}\n${pass.code.trimEnd()}\n`).join('\n');
}
