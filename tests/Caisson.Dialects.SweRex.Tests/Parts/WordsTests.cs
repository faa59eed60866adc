using System.Text;
using Caisson.Dialects.SweRex.Files;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sessions;

namespace Caisson.Dialects.SweRex.Tests.Parts;

/// <summary>Texts as the client's language has them.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("", "''")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("a'b\"c", "'a\\'b\"c'")]
    [InlineData("a\\b\n\t\r\x01é", "'a\\\\b\\n\\t\\r\\x01é'")]
    public void Texts_are_quoted(string text, string quoted) => Assert.Equal(quoted, PythonText.Quote(text));

    [Fact]
    public void Lists_and_seconds_are_written()
    {
        Assert.Equal("['a', 'b c']", PythonText.Quote(["a", "b c"]));
        Assert.Equal(("5.0", "0.1", "0.25", "None"), (PythonText.Seconds(5), PythonText.Seconds(0.1), PythonText.Seconds(0.25), PythonText.Seconds(null)));
    }

    [Theory]
    [InlineData("\x1b[1;31mred\x1b[0m", "red")]
    [InlineData("\x1b]0;title\x07x\x1b]8;;\x1b\\y", "xy")]
    [InlineData("a\r\nb\rc\n", "a\nb\rc\n")]
    [InlineData("\x1b[?2004hx\x1b[K", "x")]
    [InlineData("\x1b", "\x1b")]
    public void Control_sequences_are_left_out(string shown, string plain) => Assert.Equal(plain, TerminalText.Plain(shown, Prompt.Opening("x")));

    [Fact]
    public void Bytes_that_are_not_text_are_escaped_wherever_they_are_cut()
    {
        byte[] bytes = [0xff, (byte)'a', 0xc3, 0xa9, 0xe2, 0x82, (byte)'b', 0xf0, 0x9f, 0x98, 0x80];
        var decoder = EscapedBytes.Utf8.GetDecoder();
        var text = new StringBuilder();
        var chars = new char[32];
        foreach (var b in bytes)
            text.Append(chars, 0, decoder.GetChars([b], chars, flush: false));
        Assert.Equal("\\xffaé\\xe2\\x82b😀", text.ToString());
        Assert.Equal(text.ToString(), EscapedBytes.Utf8.GetString(bytes));
    }

    [Theory]
    [InlineData("utf-8-sig", new byte[] { 0xef, 0xbb, 0xbf, 0x61 }, "a")]
    [InlineData("utf-8", new byte[] { 0xef, 0xbb, 0xbf, 0x61 }, "\ufeffa")]
    [InlineData("utf-16-le", new byte[] { 0x61, 0 }, "a")]
    [InlineData("UTF_16_BE", new byte[] { 0, 0x61 }, "a")]
    [InlineData("latin1", new byte[] { 0xe9 }, "é")]
    public void Encodings_are_known_by_their_names(string name, byte[] bytes, string text) => Assert.Equal(text, TextEncodings.Read(bytes, name, null));
}
