/** How long the GPU takes for what was just asked of it, without blocking the page. */

const POLL_MS = 5;

/**
 * Waits until the GPU has done all that was sent to it.
 *
 * @returns milliseconds, or null when it took longer than the limit or the context was lost
 */
export function gpuDone(gl: WebGL2RenderingContext, limitMs: number): Promise<number | null> {
  const start = performance.now();
  const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  return new Promise<number | null>((resolve) => {
    const poll = (): void => {
      const spent = performance.now() - start;
      const done = sync !== null && isSignaled(gl, sync);
      const over = sync === null || gl.isContextLost() || spent > limitMs;
      if (!done && !over) setTimeout(poll, POLL_MS);
      else resolve(done ? spent : null);
    };
    setTimeout(poll, 0);
  }).finally(() => gl.deleteSync(sync));
}

function isSignaled(gl: WebGL2RenderingContext, sync: WebGLSync): boolean {
  const status = gl.clientWaitSync(sync, 0, 0);
  return status === gl.ALREADY_SIGNALED || status === gl.CONDITION_SATISFIED;
}

export const SCALES = [1, 0.75, 0.5, 0.33, 0.25] as const;
const COMFORTABLE_MS = 45;

/** The best resolution at which a frame of that cost still moves well; null when none would do. */
export function scaleFor(frameMs: number | null, limitMs: number): number | null {
  if (frameMs === null || frameMs > limitMs) return null;
  return SCALES.find((scale) => frameMs * scale * scale <= COMFORTABLE_MS) ?? 0.25;
}
