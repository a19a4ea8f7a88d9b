// SPDX-License-Identifier: EUPL-1.2
// What pages do with the screen and the keyboard around the picture.

// Sets body.dataset.idle while nobody has moved anything for `after_ms`.
export function watchIdle(after_ms) {
	let timer;
	const stir = () => {
		delete document.body.dataset.idle;
		clearTimeout(timer);
		timer = setTimeout(() => (document.body.dataset.idle = ""), after_ms);
	};
	for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) document.addEventListener(name, stir);
	stir();
}

// Keeps the screen from sleeping, where the browser can.
export function stayAwake() {
	const ask = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
	document.addEventListener("visibilitychange", ask);
	ask();
}

// Full screen and back. A phone that can do so only with a video gets that; a refusal changes nothing.
export async function toggleFullscreen(element, video) {
	try {
		if (document.fullscreenElement) await document.exitFullscreen();
		else if (element.requestFullscreen) await element.requestFullscreen({ navigationUI: "hide" });
		else video.webkitEnterFullscreen?.();
	} catch {}
}

// Calls actions[key] for plain keys, except where they mean something to the focused element.
export function onKeys(actions) {
	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
		const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
		if (!action) return;
		event.preventDefault();
		if (!event.repeat || event.key.startsWith("Arrow")) action();
	});
}
