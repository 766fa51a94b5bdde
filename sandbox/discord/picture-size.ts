/** Width and height of a PNG, from its header; undefined for anything else. Pixels. */
export function pictureSize(data: Buffer): { width: number; height: number } | undefined {
  const png =
    data.length >= 24 && data.readUInt32BE(0) === 0x8950_4e47 && data.toString('latin1', 12, 16) === 'IHDR';
  return png ? { width: data.readUInt32BE(16), height: data.readUInt32BE(20) } : undefined;
}
