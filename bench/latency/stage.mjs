// SPDX-License-Identifier: EUPL-1.2
// A show whose camera tells the time, and a viewer without a browser that reads it.
import { existsSync } from "node:fs";
import { request } from "node:https";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Stage, root, until } from "../../tests/e2e/lib/stage.mjs";

const build = resolve(process.env.TWINSTAGE_BUILD ?? join(root, "build/release"));

// Looked for before it is started: what cannot be started would end node with the daemon still running.
function tool(name) {
	const path = join(build, "tests/tools", `twinstage-${name}`);
	if (!existsSync(path)) throw new Error(`there is no ${path} (build it, or set TWINSTAGE_BUILD to a build that has it)`);
	return path;
}

export const settings = { width: 1280, height: 720, fps: 30, video_kbps: 2500, x264_preset: "superfast", room_kbps: 2500 };

export async function open(name, more = {}) {
	const stage = new Stage(name, { settings: { ...settings, ...more } });
	stage.bin = join(build, "src");
	await stage.start();
	return stage;
}

// CLOCK_MONOTONIC in ms, as the tools' figures.
export const now = () => Number(process.hrtime.bigint()) / 1e6;

function lines(child, take) {
	createInterface({ input: child.stdout, crlfDelay: Infinity }).on("line", (line) => line.startsWith("{") && take(JSON.parse(line)));
}

// A camera; .latency_ms is SRT's as agreed, .sent the last second's { sent_ms_p50, sent_ms_p95, ... }: from its mark until it was sent.
export async function camera(stage, streamid, ...words) {
	const child = stage.spawn(tool("camera"), ["--srt", `127.0.0.1:${stage.srt}`, "--streamid", streamid, ...words], "inherit", {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const seen = { child, latency_ms: 0, sent: [] };
	lines(child, (line) => (line.connected ? (seen.latency_ms = line.latency_ms) : seen.sent.push(line)));
	await stage.sourceState(streamid, "live");
	return seen;
}

function post(url, offer, more = {}) {
	return new Promise((done, fail) => {
		const headers = { "Content-Type": "application/sdp", "Content-Length": Buffer.byteLength(offer), ...more };
		const asked = request(url, { method: "POST", rejectUnauthorized: false, headers }, (reply) => {
			let body = "";
			reply.on("data", (part) => (body += part));
			reply.on("end", () => (reply.statusCode === 201 ? done(body) : fail(new Error(`${url}: ${reply.statusCode} ${body}`))));
		});
		asked.on("error", fail);
		asked.end(offer);
	});
}

// A speaker without a browser: beeps at each full second of CLOCK_MONOTONIC.
export async function speak(stage, name) {
	const token = (await stage.crew("invite", name)).link.split("/").pop();
	const child = stage.spawn(tool("speak"), [], "inherit", { stdio: ["pipe", "pipe", "inherit"] });
	const offer = await new Promise((done) => lines(child, (line) => done(line.offer)));
	child.stdin.end(await post(`${stage.url}/whip`, offer, { Authorization: `Bearer ${token}` }));
	await stage.sourceState(name, "live");
	await stage.crew("speaker", "admit", name);
	return { child };
}

// What `twinstage-watch` sees, from its start on: .pictures, .beeps. `headers`: what the server wants of whoever asks.
export async function watch(stage, path = "/whep/program", headers = {}) {
	const child = stage.spawn(tool("watch"), [], "inherit", { stdio: ["pipe", "pipe", "inherit"] });
	const seen = { child, pictures: [], beeps: [] };
	const offer = await new Promise((done) =>
		lines(child, (line) => {
			if (line.offer) done(line.offer);
			else (line.beep === undefined ? seen.pictures : seen.beeps).push(line);
		}),
	);
	child.stdin.end(await post(`${stage.url}${path}`, offer, headers));
	await until("pictures at the viewer", () => seen.pictures.length > 5);
	return seen;
}
