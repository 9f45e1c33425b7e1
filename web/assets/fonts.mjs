// Fonts are OFL and come from npm. The display cut is made here: one weight of Commissioner with flared, softer ends.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import subset from "subset-font";

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
const LATIN = range(0x20, 0x7e) + range(0xa0, 0x17f) + "–—‘’“”•…€™←→−×₱";

/** Writes node_modules/.cache/lazo/display.woff2, which css/fonts.css names. */
export async function displayCut(here) {
  const folder = path.join(here, "node_modules/.cache/lazo");
  const files = path.join(here, "node_modules/@fontsource-variable/commissioner/files");
  await mkdir(folder, { recursive: true });
  const source = await readFile(path.join(files, "commissioner-latin-full-normal.woff2"));
  const cut = await subset(source, LATIN, {
    targetFormat: "woff2",
    variationAxes: { FLAR: 100, VOLM: 100, slnt: 0, wght: 560 },
  });
  await writeFile(path.join(folder, "display.woff2"), cut);
}

/** typst reads no woff2: whole TrueType faces for Latin and Arabic, regular and semibold. */
export async function pdfFonts(here, folder) {
  const from = path.join(here, "node_modules/@expo-google-fonts");
  await mkdir(folder, { recursive: true });
  for (const [family, file] of [["radio-canada", "RadioCanada"], ["ibm-plex-sans-arabic", "IBMPlexSansArabic"]]) {
    for (const weight of ["400Regular", "600SemiBold"]) {
      const name = `${file}_${weight}.ttf`;
      await cp(path.join(from, family, weight, name), path.join(folder, name));
    }
  }
}
