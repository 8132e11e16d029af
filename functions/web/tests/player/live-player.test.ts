import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CompileError } from '../../src/api/schema';
import { newProject } from '../../src/editor/new-project';
import { CaptureError } from '../../src/player/capture';
import { LivePlayer } from '../../src/player/live-player.svelte';

const engine = vi.hoisted(() => ({
  errors: [] as unknown[],
  onframe: (() => {}) as () => void,
  loop: { time: 0, frame: 0, fps: 60, playing: false, resume() {}, pause() {}, stop() {}, setParams() {} },
}));

vi.mock('$player/index.js', () => ({
  PlayerError: class extends Error {},
  createPlayer: () => ({
    uses: { keyboard: false },
    load: async () => engine.errors,
    draw() {},
    reset() {},
    dispose() {},
  }),
  play: (_player: unknown, _canvas: unknown, options: { onframe: () => void }) => {
    engine.onframe = options.onframe;
    return engine.loop;
  },
}));
vi.mock('../../src/player/frame-cost', () => ({
  waitForGpu: async () => 2000,
  scaleForFrameTime: () => null,
}));

const gl = { getExtension: () => null };

function createCanvas(context: unknown = gl) {
  const canvas = Object.assign(new EventTarget(), { getContext: () => context, scrollIntoView() {} });
  return canvas as unknown as HTMLCanvasElement;
}

function attach(context?: unknown): { player: LivePlayer; canvas: HTMLCanvasElement } {
  const player = new LivePlayer();
  const canvas = createCanvas(context);
  player.attach(canvas);
  return { player, canvas };
}

/** What a picture that will not come says. */
const refusal = (picture: Promise<string>): Promise<unknown> =>
  picture.catch((error) => (error instanceof CaptureError ? error.message : error));

const ERROR: CompileError = { pass: 'image', line: 1, column: null, message: 'no' };

describe('a picture of what plays', () => {
  afterEach(() => {
    engine.errors = [];
    vi.unstubAllGlobals();
  });

  it('is refused without WebGL', async () => {
    const { player } = attach(null);
    expect(await refusal(player.capture())).toMatch(/WebGL 2/);
  });

  it('is refused before there is a canvas', async () => {
    expect(await refusal(new LivePlayer().capture())).toMatch(/closed/);
  });

  it('is refused where the shader does not compile, now or later', async () => {
    engine.errors = [ERROR];
    const { player } = attach();
    await player.open(newProject(), () => true);
    expect(await refusal(player.capture())).toMatch(/not compile/);
    const other = attach().player;
    other.defer(newProject());
    expect(await refusal(other.capture())).toMatch(/not compile/);
  });

  it.each([
    [
      'the context is lost',
      (_: LivePlayer, canvas: EventTarget) => canvas.dispatchEvent(new Event('webglcontextlost')),
    ],
    ['the page is left', (player: LivePlayer) => player.close()],
    ['it is paused', (player: LivePlayer) => player.pause()],
  ])('is refused when %s', async (_, happen) => {
    const { player, canvas } = attach();
    await player.open(newProject(), () => false);
    const refused = refusal(player.capture());
    happen(player, canvas);
    expect(await refused).toEqual(expect.any(String));
  });

  it('is of the third frame, of what is too slow to play by itself, too', async () => {
    const { player } = attach();
    player.defer(newProject());
    const picture = player.capture();
    await vi.waitFor(() => expect(player.state).toBe('playing'));
    const copy = {
      getContext: () => ({ drawImage() {} }),
      toBlob: (done: (blob: Blob) => void) => done(new Blob(['abc'])),
    };
    vi.stubGlobal('document', { createElement: () => copy });
    engine.loop.frame = 1;
    engine.onframe();
    engine.loop.frame = 3;
    engine.onframe();
    expect(await picture).toBe('YWJj');
  });
});
