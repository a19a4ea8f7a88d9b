// SPDX-License-Identifier: EUPL-1.2
// What a contestant delivers: RTP on a UDP port of ours, or to a WHEP viewer; frames are counted by their markers.
import { createSocket } from "node:dgram";
import { spawn } from "node:child_process";
import { request } from "node:https";
import { createInterface } from "node:readline";
import { viewerTool } from "./tool.mjs";

// { port, frames, bytes, close() }: pictures of RTP that come to a port.
export function counter() {
	return new Promise((done) => {
		const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
		const counts = { frames: 0, bytes: 0, close: () => socket.close() };
		socket.on("message", (packet) => {
			counts.bytes += packet.length;
			counts.frames += packet[1] >> 7;
		});
		socket.bind(0, "127.0.0.1", () => done(Object.assign(counts, { port: socket.address().port })));
	});
}

function post(url, offer) {
	return new Promise((done, fail) => {
		const asked = request(
			url,
			{ method: "POST", rejectUnauthorized: false, headers: { "Content-Type": "application/sdp", "Content-Length": Buffer.byteLength(offer) } },
			(reply) => {
				let body = "";
				reply.on("data", (part) => (body += part));
				reply.on("end", () => (reply.statusCode === 201 ? done(body) : fail(new Error(`WHEP: ${reply.statusCode} ${body}`))));
			},
		);
		asked.on("error", fail);
		asked.end(offer);
	});
}

// A native WHEP viewer: { frames, bytes, close() }, resolved when it is connected.
export function viewer(url) {
	return new Promise((done, fail) => {
		const child = spawn(viewerTool(), [], { stdio: ["pipe", "pipe", "inherit"] });
		const counts = { frames: 0, bytes: 0, close: () => child.kill("SIGKILL") };
		let offer = "";
		const answer = () =>
			post(url, offer).then(
				(text) => child.stdin.write(`${text.replaceAll("\r\n", "\n").trimEnd()}\n.\n`),
				(error) => (counts.close(), fail(error)),
			);
		const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
		let isOffered = false;
		lines.on("line", (line) => {
			if (!isOffered && line === ".") (isOffered = true), answer();
			else if (!isOffered) offer += `${line}\r\n`;
			else if (line === "up") done(counts);
			else {
				const [frames, bytes] = line.split(" ").map(Number);
				counts.frames += frames;
				counts.bytes += bytes;
			}
		});
		child.on("exit", (code) => fail(new Error(`the viewer ended with ${code}`)));
	});
}
