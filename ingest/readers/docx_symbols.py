"""Characters of the symbol fonts Word's "insert symbol" uses, as the Unicode characters they look like."""

from __future__ import annotations

_WINGDINGS = {
    0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x75: "◆", 0xA1: "○", 0xA7: "■", 0xA8: "□",
    0xE0: "→", 0xE8: "→", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑",
    **{0x80 + n: chr(ord("⓪") if n == 0 else ord("①") + n - 1) for n in range(11)},
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x2A: "□", 0x30: "□"}
_SYMBOL = {
    0xA3: "≤", 0xB3: "≥", 0xB0: "°", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xA5: "∞", 0xAE: "→",
    0xD6: "√", 0xD7: "·", 0x2D: "−", 0x25: "%", 0x2B: "+", 0x3C: "<", 0x3D: "=", 0x3E: ">", 0x28: "(", 0x29: ")",
    0x53: "Σ", 0xE5: "∑", 0x44: "Δ", 0x57: "Ω", 0x61: "α", 0x62: "β", 0x67: "γ", 0x6C: "λ", 0x6D: "μ", 0x70: "π",
}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


def symbol(code: str | None, font: str | None) -> str:
    """The character of a w:sym: hexadecimal code and font. A pictogram without a meaning in text gives nothing."""
    try:
        value = int(code or "", 16)
    except ValueError:
        return ""
    if 0xF000 <= value <= 0xF0FF or (font or "").lower() in _FONTS:
        return in_font(value & 0xFF, font)
    private_or_none = 0xE000 <= value <= 0xF8FF or 0xD800 <= value <= 0xDFFF or value > 0x10FFFF or value < 32
    return "" if private_or_none else chr(value)


def in_font(code: int, font: str | None) -> str:
    """The character at a place (0-255) of a symbol font; nothing for fonts and characters not known."""
    return _FONTS.get((font or "").lower(), {}).get(code, "")
