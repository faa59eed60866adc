using System.Globalization;
using System.Text;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>Reads UTF-8 and writes what is not as <c>\xNN</c>.</summary>
internal sealed class EscapedBytes : DecoderFallback
{
    /// <summary>The encoding that reads so.</summary>
    public static Encoding Utf8 { get; } = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new EscapedBytes());

    public override int MaxCharCount => 16;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Escapes();

    private sealed class Escapes : DecoderFallbackBuffer
    {
        private string _text = "";
        private int _next;

        public override int Remaining => _text.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _text = string.Concat(bytesUnknown.Select(b => string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}")));
            _next = 0;
            return _text.Length > 0;
        }

        public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
                return false;
            _next--;
            return true;
        }

        public override void Reset() => (_text, _next) = ("", 0);
    }
}
