/* Packs scripts and style sheets for tools/player.py: reads {files: {name: text}, names: {long: short}} as JSON and
 * writes {name: text}.
 *
 * esbuild turns what is newer than the player's browsers into what they know and gives properties their short names;
 * terser names variables the same way in every file, which a compressed file likes better.
 */
import { readFileSync } from "node:fs";
import { transform } from "esbuild";
import { minify } from "terser";

/* What every browser with the player's own features (async functions, dialogs as an extra) understands. */
const TARGET = ["es2018", "chrome64", "firefox78", "safari12"];
/* Which name the nth variable of a scope gets: the same in every file. */
const HEAD = "etsnirlaoucdhpfmgvwybkqxjzETNRSIOACLUDHPFMGVWYBKQXZ_$";
const nthIdentifier = { get: (nth) => (nth < HEAD.length ? HEAD[nth] : nthIdentifier.get(Math.floor(nth / HEAD.length) - 1) + HEAD[nth % HEAD.length]) };
const SMALL = {
  ecma: 2018,
  compress: { passes: 3, inline: 1, hoist_funs: true, unsafe_methods: true, unsafe_arrows: true },
  mangle: { nth_identifier: nthIdentifier },
};
const { files, names } = JSON.parse(readFileSync(0, "utf8"));

async function script(text) {
  const mangleProps = new RegExp(`^(?:${Object.keys(names).join("|")})$`);
  const define = { "window.Jampel": "J", Jampel: "J" };
  const older = await transform(text, { loader: "js", target: TARGET, charset: "utf8", mangleProps, mangleCache: names, define });
  return (await minify(older.code, SMALL)).code;
}

async function style(text) {
  const packed = await transform(text, { loader: "css", minify: true, charset: "utf8" });
  return packed.code.trimEnd().replace(/(--[\w-]+): /g, "$1:");
}

const packed = {};
for (const [name, text] of Object.entries(files)) packed[name] = await (name.endsWith(".js") ? script(text) : style(text));
process.stdout.write(JSON.stringify(packed));
