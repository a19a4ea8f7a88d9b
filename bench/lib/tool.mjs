// SPDX-License-Identifier: EUPL-1.2
// The benches' small C programs, built when their source is newer.
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tests/e2e/lib/stage.mjs";

export const cache = join(root, "build/bench");

const age = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

// Compiles `sources` (paths below the tree) with pkg-config `modules` to build/bench/NAME; returns its path.
export function tool(name, sources, modules, includes = []) {
	const out = join(cache, name);
	const files = sources.map((source) => join(root, source));
	mkdirSync(cache, { recursive: true });
	if (files.every((file) => age(file) < age(out))) return out;
	const flags = execFileSync("pkg-config", ["--cflags", "--libs", ...modules], { encoding: "utf8" }).trim().split(/\s+/);
	execFileSync(
		"cc",
		["-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", ...includes.map((at) => `-I${join(root, at)}`), ...files, "-o", out, ...flags],
		{ stdio: "inherit" },
	);
	return out;
}

export const host = () =>
	tool("host", ["bench/lib/host.c", "src/media/picture_pool.c"], ["gstreamer-1.0", "gstreamer-app-1.0", "gstreamer-video-1.0"], ["src/media"]);

export const viewerTool = () =>
	tool("viewer", ["bench/lib/viewer.c", "tests/unit/rtc/client.c"], ["glib-2.0", "nice", "openssl", "libsrtp2"], ["tests/unit/rtc"]);
