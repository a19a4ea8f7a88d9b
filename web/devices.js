// SPDX-License-Identifier: EUPL-1.2
// The speaker's camera and microphone. Either may be missing; .problem says why.
// Events: "track" (.tracks or .problem changed), "list" (devices came or went).

const reasons = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none" };
const hints = { audio: "speech", video: "motion" };
export const kinds = ["audio", "video"];

const storage_key = (kind) => `twinstage-${kind}`;

export class Devices extends EventTarget {
	tracks = { audio: null, video: null };
	problem = { audio: null, video: null }; // denied, none, busy, ended, insecure
	isOn = { audio: true, video: true };
	isProcessed = true; // echo and noise cancelling
	#opening = null;

	constructor() {
		super();
		navigator.mediaDevices?.addEventListener("devicechange", () => this.#change());
	}

	get isAny() {
		return Boolean(this.tracks.audio || this.tracks.video);
	}

	// Opens what is not open; callers at the same time share one question to the user. Never rejects: see .problem.
	open() {
		this.#opening ??= this.#open().finally(() => (this.#opening = null));
		return this.#opening;
	}

	close() {
		for (const kind of kinds) this.#set(kind, null, null);
	}

	// Uses another device, from now on and next time.
	async choose(kind, id) {
		try {
			localStorage.setItem(storage_key(kind), id);
		} catch {}
		await this.#reopen(kind);
	}

	async setProcessed(isProcessed) {
		this.isProcessed = isProcessed;
		await this.#reopen("audio");
	}

	toggle(kind) {
		this.isOn[kind] = !this.isOn[kind];
		if (this.tracks[kind]) this.tracks[kind].enabled = this.isOn[kind];
		this.dispatchEvent(new Event("track"));
	}

	// { audio: [{ deviceId, label }], video: [...] }
	async list() {
		const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
		return Object.fromEntries(kinds.map((kind) => [kind, all.filter((device) => device.kind === `${kind}input` && device.deviceId)]));
	}

	async #open() {
		const missing = kinds.filter((kind) => !this.tracks[kind]);
		if (!missing.length) return;
		try {
			this.#take(await this.#capture(missing));
		} catch (error) {
			await this.#openSingly(missing, error);
			this.dispatchEvent(new Event("list"));
		}
	}

	// Not both together: perhaps one of them. Who has refused is not asked for the camera once more.
	async #openSingly(missing, refusal) {
		for (const kind of missing) {
			try {
				if (missing.length === 1 || (kind === "video" && refusal.name === "NotAllowedError")) throw refusal;
				this.#take(await this.#capture([kind]));
			} catch (error) {
				this.#set(kind, null, reasonOf(error));
			}
		}
	}

	// The old device goes on until the new one runs, unless only one of them can be open at a time.
	async #reopen(kind) {
		const capture = () => this.#capture([kind]);
		const again = () => {
			this.tracks[kind]?.stop();
			return capture();
		};
		try {
			this.#take(await capture().catch(again));
		} catch (error) {
			this.#set(kind, null, reasonOf(error));
		}
	}

	#capture(wanted) {
		if (!navigator.mediaDevices) return Promise.reject(new Error("insecure"));
		const constraints = {};
		if (wanted.includes("audio")) constraints.audio = { ...saved("audio"), ...this.#sound() };
		if (wanted.includes("video"))
			constraints.video = { ...saved("video"), width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
		return navigator.mediaDevices.getUserMedia(constraints);
	}

	#sound() {
		const is = this.isProcessed;
		return { echoCancellation: is, noiseSuppression: is, autoGainControl: is };
	}

	#take(stream) {
		for (const track of stream.getTracks()) this.#set(track.kind, track, null);
		this.dispatchEvent(new Event("list"));
	}

	#set(kind, track, problem) {
		this.tracks[kind]?.stop();
		this.tracks[kind] = track;
		this.problem[kind] = problem;
		if (track) {
			track.enabled = this.isOn[kind];
			track.contentHint = kind === "audio" && !this.isProcessed ? "music" : hints[kind];
			track.addEventListener("ended", () => this.#end(kind, track));
		}
		this.dispatchEvent(new Event("track"));
	}

	// Unplugged. Another microphone is better than none; another camera might show what it should not.
	#end(kind, track) {
		if (track !== this.tracks[kind]) return;
		this.#set(kind, null, "ended");
		this.#change();
	}

	#change() {
		if (["ended", "none"].includes(this.problem.audio)) this.#reopen("audio");
		this.dispatchEvent(new Event("list"));
	}
}

function saved(kind) {
	try {
		const id = localStorage.getItem(storage_key(kind));
		return id ? { deviceId: { ideal: id } } : {};
	} catch {
		return {};
	}
}

function reasonOf(error) {
	return error.message === "insecure" ? "insecure" : (reasons[error.name] ?? "busy");
}
