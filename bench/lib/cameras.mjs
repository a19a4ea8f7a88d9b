// SPDX-License-Identifier: EUPL-1.2
// Four stage cameras, 1080p30 of 6 Mbit/s H.264 and AAC in MPEG-TS: encoded once into build/bench, sent again and again by
// ffmpeg without encoding, so that the senders cost next to nothing. Their pictures move and have grain everywhere.
import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cache } from "./tool.mjs";

export const seconds = 6; // of a loop
export const names = ["cam-a", "cam-b", "cam-c", "cam-d"];

const grain = (strength) => `noise=alls=${strength}:allf=t`;
const pictures = {
	"cam-a": `mandelbrot=s=640x360:r=30:start_scale=0.3:end_scale=0.01:end_pts=180,scale=1920:1080:flags=bicubic,${grain(5)}`,
	"cam-b": `testsrc2=s=1920x1080:r=30,${grain(8)}`,
	"cam-c":
		"color=gray:s=480x202:r=30,noise=all_seed=7:c0s=90:c1s=30:c2s=30,scale=3840:1620:flags=bicubic," +
		`crop=1920:1080:x='960+900*sin(t)':y='270+250*cos(t*1.3)',${grain(5)}`,
	"cam-d": `gradients=s=640x360:r=30:n=6:seed=3:speed=0.05,scale=1920:1080:flags=bicubic,${grain(10)}`,
};
const codec = [
	"-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-bf", "0", "-g", "30", "-b:v", "6M", "-maxrate", "6M",
	"-bufsize", "3M", "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
	"-color_range", "tv", "-c:a", "aac", "-b:a", "128k", "-ac", "2",
];

export const file = (name) => join(cache, `${name}.ts`);

// Runs ffmpeg to write `out`, whole or not at all.
export function render(out, words) {
	if (existsSync(out)) return out;
	mkdirSync(cache, { recursive: true });
	const part = out.replace(/(\.[^.]+)$/, ".part$1");
	execFileSync("ffmpeg", ["-nostdin", "-y", "-loglevel", "error", ...words, part], { stdio: "inherit" });
	renameSync(part, out);
	return out;
}

export function record() {
	names.forEach((name, i) =>
		render(file(name), [
			"-f", "lavfi", "-i", pictures[name],
			"-f", "lavfi", "-i", `sine=frequency=${330 + 110 * i}:sample_rate=48000,volume=-12dB,aformat=channel_layouts=stereo`,
			"-t", String(seconds), ...codec,
		]),
	);
}

// Sends each camera that has an address (srt://...) there, calling again until it is heard; returns what ends all of them.
export function send(addresses) {
	const children = new Set();
	let ended = false;
	const call = (name) => {
		if (ended) return;
		const child = spawn(
			"ffmpeg",
			["-nostdin", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", file(name), "-map", "0", "-c", "copy", "-f", "mpegts",
				"-flush_packets", "1", "-muxdelay", "0", addresses[name]],
			{ stdio: "ignore" },
		);
		children.add(child);
		child.on("exit", () => {
			children.delete(child);
			setTimeout(call, 200, name);
		});
	};
	for (const name of Object.keys(addresses)) call(name);
	return () => {
		ended = true;
		for (const child of children) child.kill("SIGKILL");
	};
}
