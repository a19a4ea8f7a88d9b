// SPDX-License-Identifier: EUPL-1.2
// The three layouts, as src/core/layout.c places them in 1280x720, for those contestants that must be told; and the pictures that the
// floor encodes: the same mix, made beforehand.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { file, names, render, seconds } from "../lib/cameras.mjs";
import { cache } from "../lib/tool.mjs";

export const layouts = ["grid", "pip", "full"];

// Where each camera is seen (x, y, width, height); later ones lie over earlier ones.
export const places = {
	grid: [[18, 12, 608, 342], [652, 12, 608, 342], [18, 366, 608, 342], [652, 366, 608, 342]],
	pip: [[0, 0, 1280, 720], [936, 516, 320, 180]],
	full: [[0, 0, 1280, 720]],
};

export const mixed = (layout) => join(cache, `mix-${layout}.i420`);

// A plate that one sees through.
export function logo() {
	const path = join(cache, "logo.png");
	execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", "color=c=white@0.8:s=256x96,format=rgba", "-frames:v", "1", path]);
	return path;
}

export function pictures() {
	for (const layout of layouts) {
		const seen = places[layout];
		const scaled = seen.map(([, , w, h], i) => `[${i}:v]scale=${w}:${h}:flags=area[s${i}]`);
		const laid = seen.map(([x, y], i) => `[o${i}][s${i}]overlay=${x}:${y}[o${i + 1}]`);
		render(mixed(layout), [
			...seen.flatMap((_, i) => ["-i", file(names[i])]),
			"-filter_complex", [`color=black:s=1280x720:r=30[o0]`, ...scaled, ...laid].join(";"),
			"-map", `[o${seen.length}]`, "-t", String(seconds), "-pix_fmt", "yuv420p", "-f", "rawvideo",
		]);
	}
}
