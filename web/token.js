// SPDX-License-Identifier: EUPL-1.2
// The crew's token, for as long as the tab is open: from the link (/crew#TOKEN, which no server gets to see) or the form.
const key = "twinstage-crew";

// A mistyped link may hold what is no escape.
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

// What this page was opened with, or knew before; null: ask.
export function knownToken() {
	const linked = decoded(location.hash.slice(1));
	if (linked) {
		keepToken(linked);
		history.replaceState(null, "", location.pathname);
	}
	return sessionStorage.getItem(key);
}

export function keepToken(token) {
	sessionStorage.setItem(key, token);
}

export function forgetToken() {
	sessionStorage.removeItem(key);
}
