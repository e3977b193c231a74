// Writes the licences of all that is bundled: name, version, text.
import {readFileSync, readdirSync} from "node:fs";

const {packages} = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const [path, {version, dev}] of Object.entries(packages)) {
  if (!path || dev) continue;
  const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
  const {license} = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
  const text = file ? readFileSync(`${path}/${file}`, "utf8").trim() : "";
  console.log(`${path.replace("node_modules/", "")} ${version} (${license})\n\n${text}\n\n${"-".repeat(72)}\n`);
}
