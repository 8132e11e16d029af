/** Frames in, one encoded elementary stream out, by WebCodecs. */

/** Best first. OpenH264 is cheapest and plays everywhere; the others stand in where a build has none. */
const CODECS = {
  mp4: [{ name: "h264", codec: "avc1.42E028", avc: { format: "annexb" } }],
  webm: [
    { name: "vp9", codec: "vp09.00.31.08" },
    { name: "vp8", codec: "vp8" },
  ],
};
const BITS_A_PIXEL = 0.28;
/** Frames that may wait in the encoder. */
const QUEUE = 8;

/**
 * @param {"mp4" | "webm"} format wanted; what comes may be the other one
 * @returns {Promise<{name: string, config: VideoEncoderConfig}>}
 */
export async function findCodec(format, width, height, fps) {
  const other = format === "mp4" ? "webm" : "mp4";
  for (const { name, ...choice } of [...CODECS[format], ...CODECS[other]]) {
    const config = { ...choice, width, height, framerate: fps, bitrate: Math.round(width * height * fps * BITS_A_PIXEL) };
    if ((await VideoEncoder.isConfigSupported(config)).supported) return { name, config };
  }
  throw new Error("this browser encodes neither H.264 nor VP9 nor VP8");
}

/**
 * @param {VideoEncoderConfig} config
 */
export function createEncoder(config) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  let failure = null;
  let colours = { fullRange: false, matrix: "smpte170m" };
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      colours = metadata?.decoderConfig?.colorSpace ?? colours;
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      chunks.push(bytes);
    },
    error(error) {
      failure = error;
    },
  });
  encoder.configure(config);

  return {
    /** @param {Uint8Array} pixels RGBX rows from the top; may be reused after it returns */
    async add(pixels, index) {
      const timestamp = Math.round((index * 1e6) / config.framerate);
      const { width: codedWidth, height: codedHeight } = config;
      const frame = new VideoFrame(pixels, { format: "RGBX", codedWidth, codedHeight, timestamp });
      encoder.encode(frame, { keyFrame: index === 0 });
      frame.close();
      if (encoder.encodeQueueSize > QUEUE) await drained(encoder);
      if (failure) throw failure;
    },

    /** @returns {Promise<Uint8Array[]>} a chunk a frame */
    async finish() {
      await encoder.flush();
      encoder.close();
      return chunks;
    },

    /** How the encoder turned RGB into YUV, which differs between versions of Chromium. */
    get colours() {
      return { full_range: colours.fullRange === true, matrix: String(colours.matrix) };
    },

    drop() {
      if (encoder.state !== "closed") encoder.close();
    },
  };
}

function drained(encoder) {
  return new Promise((resolve) => encoder.addEventListener("dequeue", resolve, { once: true }));
}
