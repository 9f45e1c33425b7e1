/** Beside each text file its smaller forms, made once: the server hands out what the browser asks for. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXT = new Set([".js", ".css", ".svg"]);

export async function compressAll(dist) {
  const files = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const file of files) {
    if (!file.isFile() || !TEXT.has(path.extname(file.name))) continue;
    const name = path.join(file.parentPath ?? file.path, file.name);
    const raw = await readFile(name);
    await writeFile(`${name}.gz`, gzipSync(raw, { level: 9 }));
    await writeFile(`${name}.br`, brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
}
