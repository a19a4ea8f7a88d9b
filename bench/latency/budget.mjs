// SPDX-License-Identifier: EUPL-1.2
// Where the time goes from a camera to the screen: the server's own stages, and a picture of them.
import { writeFileSync } from "node:fs";

// What the server says of the source that is on air and of program's encoder, smoothed, in ms.
export async function stages(stage, source) {
	const { sources, buses } = await stage.crew("status");
	const { decode, tick_wait } = sources.find(({ name }) => name === source);
	const { encode, send } = buses.find(({ bus }) => bus === "program").picture;
	return {
		stage_decode_ms: decode.recent_ms,
		stage_tick_ms: tick_wait.recent_ms,
		stage_encode_ms: encode.recent_ms,
		stage_send_ms: send.recent_ms,
	};
}

const SCALE = 3; // px for 1 ms
const LEFT = 145;
const ROOM_MS = 30; // to the right of the longest row, for its sum
const kinds = { cam: ["#cfd8e3", "camera"], net: ["#9fc5e8", "SRT, chosen by the crew"], wait: ["#f6c68b", "waiting"], work: ["#a8d8a8", "decoder, encoder"], web: ["#d5b8e8", "browser"] };

function bar({ kind, text, ms }, begun_ms, y) {
	const [x, width] = [LEFT + begun_ms * SCALE, ms * SCALE];
	const middle = (x + width / 2).toFixed(1);
	const label = width > text.length * 6.5 ? `<text x="${middle}" y="${y + 15}" class="in">${text}</text>` : "";
	const at = label ? y + 28 : y - 5;
	return `<rect class="${kind}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="34"/>${label}<text x="${middle}" y="${at}" class="in n">${ms.toFixed(0)}</text>`;
}

function row({ name, parts }, y) {
	let sum = 0;
	const bars = parts.map((part) => bar(part, (sum += part.ms) - part.ms, y));
	return `<text x="10" y="${y + 21}" class="row">${name}</text>${bars.join("\n")}\n<text x="${LEFT + sum * SCALE + 6}" y="${y + 22}" class="end">${sum.toFixed(0)} ms</text>`;
}

// Each row: { name, parts: [{ kind, text, ms }] }, of kinds' keys.
export function draw(file, title, rows) {
	const height = 60 + rows.length * 75;
	const longest_ms = Math.max(...rows.map(({ parts }) => parts.reduce((sum, { ms }) => sum + ms, 0))) + ROOM_MS;
	const ticks = Array.from({ length: Math.ceil(longest_ms / 20) }, (_, i) => LEFT + i * 20 * SCALE);
	let x = 10;
	const legend = Object.entries(kinds).map(([kind, [, text]]) => {
		const at = x;
		x += 45 + text.length * 6.6;
		return `<rect class="${kind}" x="${at}" y="${height - 27}" width="14" height="14"/><text x="${at + 20}" y="${height - 15}">${text}</text>`;
	});
	const lines = [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(LEFT + longest_ms * SCALE)} ${height}" role="img" aria-label="${title}">`,
		"<!-- SPDX-License-Identifier: EUPL-1.2 -->",
		"<style>",
		"text{font:12px system-ui,sans-serif;fill:#1c2733}.in{text-anchor:middle;font-size:11px}.n,.row{font-weight:600}.end{font-weight:700}",
		`rect{stroke:#fff}${Object.entries(kinds).map(([kind, [colour]]) => `.${kind}{fill:${colour}}`).join("")}line{stroke:#94a1b2;stroke-dasharray:3 3}`,
		"</style>",
		`<rect width="100%" height="100%" fill="#fff"/>`,
		...ticks.map((at, i) => `<line x1="${at}" y1="34" x2="${at}" y2="${height - 40}"/><text x="${at}" y="26" class="in">${i * 20}</text>`),
		`<text x="10" y="26">ms since the mark</text>`,
		...rows.map((one, i) => row(one, 55 + i * 75)),
		...legend,
		"</svg>",
	];
	writeFileSync(file, lines.join("\n") + "\n");
}
