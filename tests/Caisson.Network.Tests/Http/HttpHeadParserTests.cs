using System.Text;
using Caisson.Network.Http;
using Caisson.Network.Streams;
using CsCheck;
using Xunit;

namespace Caisson.Network.Tests.Http;

public sealed class HttpHeadParserTests
{
    [Fact]
    public void A_plain_request_is_read()
    {
        var text = "POST /a?b HTTP/1.1\r\nHost: x.test\r\nContent-Length: 5\r\n\r\nhello"u8;
        Assert.Equal(text.Length - 5, HttpHeadParser.TryParse(text, out var head));
        Assert.Equal(("POST", "/a?b", 1, 5L, "x.test"), (head!.Method, head.Target, head.Minor, head.ContentLength!.Value, head["HOST"]));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rb: c\r\n\r\n")]
    [InlineData("GET  HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\n")]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void What_two_readers_might_read_differently_is_refused(string text) =>
        Assert.Equal(-1, HttpHeadParser.TryParse(Encoding.Latin1.GetBytes(text), out _));

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        HttpHeadParser.TryParse(bytes, out _);
        HttpHeadParser.TryParse([.. "GET / HTTP/1.1\r\nHost: a\r\n"u8, .. bytes, .. "\r\n\r\n"u8], out _);
        FirstWordsReader.Read(bytes);
    });

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", 2)]
    [InlineData("\r\n get / http/1.1\r\n", 2)]
    [InlineData("FOO bar HTTP/1.1\r\n", 2)]
    [InlineData("FOO bar\r\n", 3)]
    [InlineData("PING\r\n", 3)]
    [InlineData("GE", 0)]
    [InlineData("SSH-2.0-x\r\n", 3)]
    [InlineData("\u0016\u0003\u0001", 1)]
    [InlineData("\u0016\u0004", 3)]
    public void First_words_are_told_apart(string text, int expected) =>
        Assert.Equal((FirstWords)expected, FirstWordsReader.Read(Encoding.Latin1.GetBytes(text)));
}
