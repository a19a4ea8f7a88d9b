// SPDX-License-Identifier: EUPL-1.2
// A recorded program (swarm.c --record) sent again and again as RTP, at the pace at which it came: the same packets at the
// same rate for whoever stands beside us.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";

const VIDEO_PT = 102;
const VIDEO_HZ = 90000;
const isKey = (rtp) => {
	const at = 12 + (rtp[0] & 0x10 ? 4 + 4 * rtp.readUInt16BE(14) : 0);
	const type = rtp[at] & 31;
	return type === 24 || type === 7; // a STAP-A begins with the parameter sets
};

function load(file) {
	const bytes = readFileSync(file);
	const packets = [];
	for (let at = 0; at + 8 <= bytes.length; ) {
		const length = bytes.readUInt16LE(at + 4);
		if (at + 8 + length > bytes.length) break;
		packets.push({ us: bytes.readUInt32LE(at), rtp: Buffer.from(bytes.subarray(at + 8, at + 8 + length)) });
		at += 8 + length;
	}
	return packets;
}

// Of each kind: what a round adds to numbers and time stamps.
function rounds(packets, us) {
	const of = (isVideo) => packets.filter(({ rtp }) => (rtp[1] & 127) === VIDEO_PT === isVideo);
	return { video: { seq: of(true).length, time: Math.round((us * VIDEO_HZ) / 1e6) }, audio: { seq: of(false).length, time: Math.round(us * 0.048) } };
}

// Sends to these ports of loopback from the first key frame to the last, for ever; returns what ends it.
export function replay(file, ports) {
	const all = load(file);
	const keys = all.map(({ rtp }, i) => ((rtp[1] & 127) === VIDEO_PT && isKey(rtp) ? i : -1)).filter((i) => i >= 0);
	if (keys.length < 2) throw new Error(`${file} has not two key frames`);
	const packets = all.slice(keys[0], keys.at(-1));
	const us = all[keys.at(-1)].us - packets[0].us;
	const add = rounds(packets, us);
	const socket = createSocket("udp4");
	const start = performance.now();
	let round = 0;
	let next = 0;

	const send = () => {
		const now = (performance.now() - start) * 1000;
		while (round * us + packets[next].us - packets[0].us <= now) {
			const { rtp } = packets[next];
			const isVideo = (rtp[1] & 127) === VIDEO_PT;
			const step = isVideo ? add.video : add.audio;
			const copy = Buffer.from(rtp);
			copy.writeUInt16BE((rtp.readUInt16BE(2) + round * step.seq) & 0xffff, 2);
			copy.writeUInt32BE((rtp.readUInt32BE(4) + round * step.time) >>> 0, 4);
			socket.send(copy, isVideo ? ports.video : ports.audio, "127.0.0.1");
			if (++next === packets.length) (next = 0), round++;
		}
	};
	const timer = setInterval(send, 2);
	return () => {
		clearInterval(timer);
		socket.close();
	};
}
