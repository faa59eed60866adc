using System.Net.Security;
using Caisson.Network.Tls;
using CsCheck;
using Xunit;

namespace Caisson.Network.Tests.Tls;

public sealed class ClientHelloTests
{
    [Fact]
    public async Task A_real_greeting_is_read_whole_cut_anywhere_and_in_any_records()
    {
        var hello = await HelloAsync("name.example");
        Assert.Equal(HelloState.Whole, ClientHello.TryRead(hello, out var name));
        Assert.Equal("name.example", name);
        for (var i = 0; i < hello.Length; i++)
            Assert.Equal(HelloState.Incomplete, ClientHello.TryRead(hello.AsSpan(0, i), out _));
        var records = hello.AsSpan(5).ToArray().Chunk(7).SelectMany(c => (byte[])[0x16, 3, 1, 0, (byte)c.Length, .. c]).ToArray();
        Assert.Equal(HelloState.Whole, ClientHello.TryRead(records, out name));
        Assert.Equal("name.example", name);
    }

    [Fact]
    public async Task Damaged_greetings_never_throw_and_never_show_a_bad_name()
    {
        var hello = await HelloAsync("name.example");
        Gen.Select(Gen.Int[0, hello.Length - 1], Gen.Byte, Gen.Int[0, hello.Length - 1], Gen.Byte).Sample((i, a, j, b) =>
        {
            var copy = (byte[])hello.Clone();
            copy[i] = a;
            copy[j] = b;
            ClientHello.TryRead(copy, out var name);
            return name is null || Caisson.Core.Policy.HostName.IsValid(name);
        });
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            ClientHello.TryRead(bytes, out _);
            ClientHello.TryRead([0x16, 3, 1, 1, 0, 1, 0, 0, 252, .. bytes], out _);
        });
    }

    private static async Task<byte[]> HelloAsync(string name)
    {
        using var memory = new MemoryStream();
        await using var tls = new SslStream(new Sink(memory));
        try
        {
            await tls.AuthenticateAsClientAsync(name);
        }
        catch (IOException)
        {
        }

        return memory.ToArray();
    }
}
