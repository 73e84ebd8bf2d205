// Reads the PNG of a screenshot: 8 bits a channel, RGB or RGBA, not interlaced (PNG specification, §9 filtering).
import { inflateSync } from 'node:zlib';

const paeth = (a, b, c) => {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
};

/** Width, height and one byte of luma (BT.601) per pixel, row by row. */
export function lumaOfPng(png) {
  let [at, width, height, channels] = [8, 0, 0, 0];
  const parts = [];
  while (at < png.length) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[data[9]];
      if (data[8] !== 8 || !channels || data[12] !== 0) throw new Error('a PNG of another kind');
    }
    if (type === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const luma = Buffer.alloc(width * height);
  let before = Buffer.alloc(stride);
  for (let y = 0; y < height; y += 1) {
    const start = y * (stride + 1);
    const filter = raw[start];
    const row = Buffer.from(raw.subarray(start + 1, start + 1 + stride));
    for (let i = 0; i < stride; i += 1) {
      const left = i >= channels ? row[i - channels] : 0;
      const corner = i >= channels ? before[i - channels] : 0;
      const add = [0, left, before[i], (left + before[i]) >> 1, paeth(left, before[i], corner)][filter];
      row[i] = (row[i] + add) & 255;
    }
    for (let x = 0; x < width; x += 1) {
      const i = x * channels;
      luma[y * width + x] = (299 * row[i] + 587 * row[i + 1] + 114 * row[i + 2]) / 1000;
    }
    before = row;
  }
  return { width, height, luma };
}
