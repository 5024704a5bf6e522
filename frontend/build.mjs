// Bundles src/ with hashed names into the folder given as the first argument and writes manifest.json there.
// Called by forecourt.web.assets, which knows when a build is due.
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const [outdir, sources = ""] = process.argv.slice(2);

const result = await build({
  entryPoints: { app: "src/app.js", theme: "src/theme.js", style: "src/style.css" },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome109", "safari16", "firefox115"],
  minify: true,
  charset: "utf8",
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  metafile: true,
  logLevel: "warning",
});

const files = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  if (!output.entryPoint) continue;
  const kind = output.entryPoint.endsWith(".css") ? "css" : "js";
  files[`${basename(output.entryPoint).replace(/\.\w+$/, "")}.${kind}`] = basename(path);
}
await writeFile(join(outdir, "manifest.json"), JSON.stringify({ sources, files }, null, 1));
