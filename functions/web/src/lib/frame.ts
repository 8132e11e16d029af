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

/** The resolution at which a frame of that cost still moves well; null when none would do. */
export function scaleFor(frameMs: number | null, limitMs: number): number | null {
  if (frameMs === null || frameMs > limitMs) return null;
  if (frameMs > 250) return 0.25;
  return frameMs > 60 ? 0.5 : 1;
}
