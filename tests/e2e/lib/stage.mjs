// SPDX-License-Identifier: EUPL-1.2
// A stage for one test: the real daemon on free ports in a directory of its own, real SRT cameras (ffmpeg), the command line,
// and everything ended again by process id.
import { spawn, execFile } from "node:child_process";
import { createServer } from "node:net";
import { createSocket } from "node:dgram";
import { mkdtempSync, mkdirSync, rmSync, readFileSync, openSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { request as httpsRequest } from "node:https";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(fileURLToPath(import.meta.url), "../../../..");
export const artefacts = join(root, "build/artefacts");
mkdirSync(artefacts, { recursive: true });

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Calls `probe` until it returns something true and returns that; fails after `seconds` with `what` and the last answer.
export async function until(what, probe, seconds = 40, every = 100) {
	const end = Date.now() + seconds * 1000;
	let last;
	for (;;) {
		try {
			last = await probe();
			if (last) return last;
		} catch (error) {
			last = error;
		}
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s for: ${what} (last: ${last?.stack ?? JSON.stringify(last)})`);
		await sleep(every);
	}
}

// For what passes by: where a machine was too slow to see it, it is done again, three times in all.
export async function again(attempt, times = 3) {
	for (;;) {
		try {
			return await attempt();
		} catch (error) {
			if (--times === 0) throw error;
		}
	}
}

export const freeTcpPort = () =>
	new Promise((done) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});
export const freeUdpPort = () =>
	new Promise((done) => {
		const socket = createSocket("udp4").bind(0, () => {
			const { port } = socket.address();
			socket.close(() => done(port));
		});
	});

// One HTTPS request to a stage's daemon: { status, headers, body }.
export function http(stage, method, path, { headers = {}, body } = {}) {
	return new Promise((done, fail) => {
		const request = httpsRequest(
			{ host: "127.0.0.1", port: stage.https, method, path, headers, rejectUnauthorized: false, timeout: 10000 },
			(response) => {
				let text = "";
				response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
				response.on("end", () => done({ status: response.statusCode, headers: response.headers, body: text }));
			},
		);
		request.on("error", fail).on("timeout", () => request.destroy(new Error("no answer")));
		request.end(body);
	});
}

export class Stage {
	constructor(name, { preset = "release", settings = {} } = {}) {
		this.name = name;
		this.bin = join(root, "build", preset, "src");
		this.settings = settings;
		this.children = new Set();
		this.callers = new Set(); // ends of keepCalling()
		this.called = new Map(); // when each of those called last
		this.dir = mkdtempSync(join(tmpdir(), "twinstage-"));
		this.log = join(artefacts, `${name}-daemon.log`);
	}

	// Starts the daemon (again) on the same ports and state; resolves when it answers.
	async start(show) {
		this.https ??= await freeTcpPort();
		this.srt ??= await freeUdpPort();
		this.rtc ??= await freeUdpPort();
		const settings = {
			state_dir: join(this.dir, "state"),
			web_dir: join(root, "web"),
			pipelines_dir: join(root, "pipelines"),
			https_port: this.https,
			srt_port: this.srt,
			rtc_port: this.rtc,
			rtc_address: "127.0.0.1",
			public_url: `https://127.0.0.1:${this.https}`,
			width: 640,
			height: 360,
			fps: 30,
			video_kbps: 1000,
			room_kbps: 1000,
			x264_preset: "ultrafast",
			...this.settings,
		};
		const words = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
		if (show) words.push("--show", show);
		this.daemon = this.spawn(join(this.bin, "twinstaged"), words, openSync(this.log, "a"));
		this.url = `https://127.0.0.1:${this.https}`;
		await until(
			"the daemon to answer",
			async () => {
				if (this.daemon.exitCode !== null)
					throw new Error(`twinstaged ended: ${readFileSync(this.log, "utf8").slice(-2000)}`);
				return (await this.twinstage("version")).code === 0;
			},
			30,
		);
	}

	spawn(command, words, output = "ignore", options = {}) {
		const child = spawn(command, words, { stdio: ["ignore", output, output], ...options });
		this.children.add(child);
		child.on("exit", () => this.children.delete(child));
		return child;
	}

	// The crew's program: { code, out, err }.
	twinstage(...words) {
		const env = { ...process.env, TWINSTAGE_SOCKET: join(this.dir, "state/twinstage.sock") };
		return new Promise((done) =>
			execFile(join(this.bin, "cli/twinstage"), words, { env, timeout: 15000 }, (error, out, err) =>
				done({ code: error ? (error.code ?? 99) : 0, out, err }),
			),
		);
	}

	// The same for a command that must succeed; its JSON.
	async crew(...words) {
		const { code, out, err } = await this.twinstage("--json", ...words);
		if (code !== 0) throw new Error(`twinstage ${words.join(" ")}: exit ${code}: ${err}${out}`);
		return out.trim() ? JSON.parse(out) : {};
	}

	async source(name) {
		return (await this.crew("source", "list")).sources.find((source) => source.name === name);
	}

	sourceState(name, state, seconds = 40) {
		return until(
			`source ${name} to be ${state}`,
			async () => {
				const source = await this.source(name);
				if (source?.state !== state) throw new Error(JSON.stringify(source));
				return source;
			},
			seconds,
		);
	}

	// Resolves with the first event (also a past one) of this kind whose text or subject matches.
	event(kind, pattern = /./, seconds = 40) {
		return until(
			`event ${kind} ${pattern}`,
			async () => {
				const { events } = await this.crew("events");
				const found = events.find((e) => e.event === kind && pattern.test(`${e.subject} ${e.text}`));
				if (!found) throw new Error(JSON.stringify(events.slice(-5)));
				return found;
			},
			seconds,
		);
	}

	// Where a camera calls, as ffmpeg's last words; its URL would not carry every character of a key or stream id.
	calling(streamid, passphrase, port = this.srt) {
		return [
			"-srt_streamid", streamid, "-latency", "120000", "-pkt_size", "1316", ...(passphrase ? ["-passphrase", passphrase] : []),
			`srt://127.0.0.1:${port}`,
		];
	}

	// One ffmpeg sender over SRT. `video` and `audio` are lavfi sources ("" for none); `codec` the words of both encoders.
	ffmpeg({ streamid, video, audio, codec, passphrase, port, muxer = ["-muxdelay", "0"] }) {
		const words = ["-nostdin", "-hide_banner", "-loglevel", "error", "-re"];
		if (video) words.push("-f", "lavfi", "-i", video);
		if (audio) words.push("-f", "lavfi", "-i", audio);
		words.push(...codec, ...muxer, "-f", "mpegts", "-flush_packets", "1", ...this.calling(streamid, passphrase, port));
		return this.spawn("ffmpeg", words, openSync(join(artefacts, `${this.name}-ffmpeg.log`), "a"));
	}

	// A plain stage camera: one colour, one tone, H.264 and AAC.
	camera(streamid, colour, tone, more = {}) {
		return this.ffmpeg({
			streamid,
			video: `color=c=${colour}:s=640x360:r=30`,
			audio: `sine=frequency=${tone}:sample_rate=48000,volume=-3dB`,
			codec: [
				"-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "30",
				"-c:a", "aac", "-b:a", "128k", "-ac", "2",
			],
			...more,
		});
	}

	// A camera that calls again whenever its connection ends, as real ones do; returns its end().
	keepCalling(...camera) {
		let child;
		let ended = false;
		const call = () => {
			if (ended) return;
			this.called.set(camera[0], Date.now());
			child = this.camera(...camera);
			child.on("exit", () => setTimeout(call, 200));
		};
		call();
		const end = () => {
			ended = true;
			child.kill("SIGKILL");
			this.callers.delete(end);
		};
		this.callers.add(end);
		return end;
	}

	async kill(child, signal = "SIGTERM", seconds = 10) {
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise((done) => child.once("exit", done));
		child.kill(signal);
		const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
		await gone;
		clearTimeout(timer);
	}

	memoryKb() {
		return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.daemon.pid}/status`, "utf8"))[1]);
	}

	// Ends everything. Fails if the daemon did not end in order (a sanitizer's report, a crash).
	async end() {
		const daemon = this.daemon;
		const wasRunning = daemon && daemon.exitCode === null && daemon.signalCode === null;
		for (const end of this.callers) end();
		await this.kill(daemon);
		for (const child of this.children) await this.kill(child, "SIGKILL");
		rmSync(this.dir, { recursive: true, force: true });
		if (wasRunning && daemon.exitCode !== 0)
			throw new Error(
				`twinstaged ended with ${daemon.exitCode ?? daemon.signalCode}: ${readFileSync(this.log, "utf8").slice(-4000)}`,
			);
	}
}

export const exists = existsSync;
