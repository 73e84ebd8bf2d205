// What the camera sees: Chromium plays a Y4M file as its camera (--use-file-for-fake-video-capture).
import { writeFileSync } from 'node:fs';

const [WIDTH, HEIGHT] = [640, 480];

function write(file, luma) {
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, colour]);
  writeFileSync(file, Buffer.concat([head, frame, frame, frame, frame]));
}

/** A grey wall. */
export const showNothing = (file) => write(file, Buffer.alloc(WIDTH * HEIGHT, 160));

/** A picture held in front of the camera, 400 pixels high, on white. */
export function show(file, picture) {
  const side = 400;
  const scale = Math.max(picture.width, picture.height) / side;
  const luma = Buffer.alloc(WIDTH * HEIGHT, 255);
  for (let y = 0; y < Math.floor(picture.height / scale); y += 1) {
    for (let x = 0; x < Math.floor(picture.width / scale); x += 1) {
      const from = Math.floor(y * scale) * picture.width + Math.floor(x * scale);
      luma[(y + (HEIGHT - side) / 2) * WIDTH + x + (WIDTH - side) / 2] = picture.luma[from];
    }
  }
  write(file, luma);
}
