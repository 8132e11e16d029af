/** One pass: its program, its channels, and how it is drawn. */
import { Picture } from "./picture.js";
import { findUniforms, setChannels, setFrame, setParams, setUnits } from "./uniforms.js";
import { discards } from "./uses.js";

/**
 * @param {WebGL2RenderingContext} gl
 * @param {import("./project.js").Pass} pass
 * @param {WebGLProgram} program linked
 * @param {import("./project.js").Plan} plan that the pass belongs to
 */
export function createPass(gl, pass, program, { params, common }) {
  const uniforms = findUniforms(gl, program);
  const samples = [...uniforms.keys()].some((name) => name.startsWith("iCh"));
  // An antialiased canvas takes no copies.
  const keeps = pass.type === "image" && discards(pass, common) && !gl.getContextAttributes()?.antialias;
  const picture = keeps ? new Picture(gl) : null;
  gl.useProgram(program);
  setUnits(gl, uniforms);
  return {
    id: pass.id,
    program,
    channels: sampledChannels(uniforms),

    /**
     * @param {import("./uniforms.js").Frame} frame
     * @param {{targets: Map<string, import("./targets.js").Target>, channels: any}} state
     */
    draw(frame, state) {
      const target = state.targets.get(pass.id) ?? null;
      picture?.resize(frame.width, frame.height);
      gl.bindFramebuffer(gl.FRAMEBUFFER, target?.back ?? picture?.framebuffer ?? null);
      gl.viewport(0, 0, frame.width, frame.height);
      gl.useProgram(program);
      setFrame(gl, uniforms, frame);
      setParams(gl, uniforms, params, frame.params);
      if (samples) {
        const channels = state.channels.find(pass.inputs, state.targets);
        setChannels(gl, uniforms, channels);
        bindChannels(gl, channels);
      }
      if (frame.buffersOnly && !target && !picture) drawCorner(gl);
      else drawStrips(gl, frame);
      target?.swap();
      picture?.show();
    },

    /** Forgets what earlier frames drew, where that can still be seen. */
    clear() {
      picture?.clear();
    },

    /** Lets go of everything but the program. */
    dispose() {
      picture?.dispose();
    },
  };
}

/** Numbers of the channels that the program reads, as the driver sees it. */
function sampledChannels(uniforms) {
  return [0, 1, 2, 3].filter((n) => uniforms.has(`iChannel${n}`) || uniforms.has(`iCh${n}.sampler`));
}

/** So little of the picture that it costs nothing; whoever waits for it waits for the buffers, too. */
function drawCorner(gl) {
  gl.enable(gl.SCISSOR_TEST);
  gl.scissor(0, 0, 2, 2);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  gl.disable(gl.SCISSOR_TEST);
}

/** The whole picture at once, or in strips, whose even heights keep the 2 x 2 pixels together that derivatives are made of. */
function drawStrips(gl, { width, height, strip }) {
  if (strip >= height) {
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    return;
  }
  gl.enable(gl.SCISSOR_TEST);
  for (let bottom = 0; bottom < height; bottom += strip) {
    gl.scissor(0, bottom, width, strip);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.flush();
  }
  gl.disable(gl.SCISSOR_TEST);
}

function bindChannels(gl, channels) {
  channels.forEach((channel, unit) => {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, channel.texture);
    gl.bindSampler(unit, channel.sampler);
  });
  gl.activeTexture(gl.TEXTURE0);
}
