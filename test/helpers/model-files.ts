import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of a safetensors file with one tensor of `dataBytes` bytes. */
export function makeSafetensors(dataBytes = 64): Buffer {
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: { format: 'pt' },
      'base_model.model.lora_A.weight': {
        dtype: 'F16',
        shape: [dataBytes / 2],
        data_offsets: [0, dataBytes],
      },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(dataBytes, 1)]);
}

/** Bytes of a ZIP file (the container of `.npz`) with one stored entry. */
export function makeZip(name = 'weights.npy', content = Buffer.alloc(40, 7), comment = ''): Buffer {
  const nameBytes = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt32LE(content.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(nameBytes.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt32LE(content.length, 20);
  central.writeUInt32LE(content.length, 24);
  central.writeUInt16LE(nameBytes.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + nameBytes.length, 12);
  end.writeUInt32LE(local.length + nameBytes.length + content.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([local, nameBytes, content, central, nameBytes, end, Buffer.from(comment)]);
}

/** Writes an adapter as PEFT saves it. `weights` in place of whole ones. */
export function writeAdapter(folder: string, weights: Buffer = makeSafetensors()): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'adapter_model.safetensors'), weights);
  writeFileSync(join(folder, 'adapter_config.json'), '{"peft_type":"LORA","r":16}');
}

/** Writes a checkpoint as the Hugging Face Trainer saves it. */
export function writeCheckpoint(runFolder: string, step: number, weights?: Buffer): string {
  const folder = join(runFolder, 'checkpoints', `checkpoint-${step}`);
  writeAdapter(folder, weights);
  writeFileSync(join(folder, 'optimizer.pt'), makeZip('archive/data.pkl'));
  writeFileSync(join(folder, 'trainer_state.json'), JSON.stringify({ global_step: step, max_steps: 300 }));
  return folder;
}
