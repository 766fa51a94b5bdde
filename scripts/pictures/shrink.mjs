// Screenshots with a palette: flat colours and letters need few colours, and so a quarter of the bytes.
import { deflateSync } from 'node:zlib';
import { createCanvas, loadImage } from '@napi-rs/canvas';

const maxColours = 80;
/** So many of the most common colours stay exactly as they are: grounds, stripes, buttons. */
const exactColours = 32;

/** The same picture as a PNG with a palette; opaque ones alone. */
export async function shrink(png) {
  const { width, height, data } = await pixelsOf(png);
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const boxes = cutColours([...counts].map(([key, count]) => ({ rgb: channelsOf(key), key, count })));
  const indexOf = new Map(boxes.flatMap((box, index) => box.map(({ key }) => [key, index])));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      rows[y * (width + 1) + 1 + x] = indexOf.get(key) ?? 0;
    }
  }
  const small = encode(width, height, boxes.map(meanOf), rows);
  return small.length < png.length ? small : png;
}

async function pixelsOf(png) {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

const channelsOf = (key) => [key >> 16, (key >> 8) & 255, key & 255];

/** Median cut: the box whose colours lie furthest apart, weighed by how often they occur, is cut in two until there are enough. */
function cutColours(colours) {
  const common = colours.toSorted((one, other) => other.count - one.count);
  const rest = common.splice(exactColours);
  const boxes = [...common.map((one) => [one]), ...(rest.length > 0 ? [rest] : [])];
  while (boxes.length < maxColours) {
    const [widest] = boxes
      .map((box, index) => ({ index, ...spreadOf(box) }))
      .sort((one, other) => other.weight - one.weight);
    if (!widest || widest.weight === 0) break;
    const box = boxes[widest.index].toSorted(
      (one, other) => one.rgb[widest.channel] - other.rgb[widest.channel],
    );
    const middle = (box[0].rgb[widest.channel] + box.at(-1).rgb[widest.channel]) / 2;
    const cut = box.findIndex(({ rgb }) => rgb[widest.channel] > middle);
    boxes.splice(widest.index, 1, box.slice(0, cut), box.slice(cut));
  }
  return boxes;
}

function spreadOf(box) {
  const ranges = [0, 1, 2].map((channel) => {
    const values = box.map(({ rgb }) => rgb[channel]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const channel = ranges.indexOf(Math.max(...ranges));
  const pixels = box.reduce((sum, { count }) => sum + count, 0);
  // Common colours are told apart first, rare ones not forgotten.
  return { channel, weight: ranges[channel] ** 2 * Math.log2(pixels + 1) };
}

/** A colour that most of the box has stays exactly that: backgrounds must not change. */
function meanOf(box) {
  const pixels = box.reduce((sum, { count }) => sum + count, 0);
  const most = box.reduce((one, other) => (other.count > one.count ? other : one));
  if (most.count * 2 >= pixels) return most.rgb;
  return [0, 1, 2].map((channel) =>
    Math.round(box.reduce((sum, { rgb, count }) => sum + rgb[channel] * count, 0) / pixels),
  );
}

function encode(width, height, palette, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a pixel, with a palette.
  header.set([8, 3], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(8);
  framed.writeUInt32BE(data.length, 0);
  framed.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([framed.subarray(0, 4), body, framed.subarray(4)]);
}

/** https://www.w3.org/TR/png-3/#D-CRCAppendix (zlib.crc32 needs Node 22). */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
