using System.Text;
using Caisson.Interpreter.Kernels;

namespace Caisson.Interpreter.Tests;

public sealed class LineBufferTests
{
    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\n\n\ntwo\nrest", "one|two")]
    [InlineData("", "")]
    public async Task Lines_are_cut_at_their_ends(string text, string expected)
    {
        Assert.Equal(expected, await CutAsync(new LineBuffer(100), [text]));
    }

    [Fact]
    public async Task Pieces_are_put_together() => Assert.Equal("one|two", await CutAsync(new LineBuffer(100), ["o", "n", "e\nt", "wo", "\n"]));

    [Fact]
    public async Task A_line_beyond_the_limit_is_left_out_and_the_next_is_whole() =>
        Assert.Equal("ok|next", await CutAsync(new LineBuffer(5), ["ok\n123", "456", "789\nnext\n"]));

    [Fact]
    public async Task A_line_of_just_the_limit_is_taken() => Assert.Equal("12345", await CutAsync(new LineBuffer(5), ["12345\n"]));

    private static async Task<string> CutAsync(LineBuffer buffer, IEnumerable<string> pieces)
    {
        var lines = new List<string>();
        foreach (var piece in pieces)
        {
            await buffer.AddAsync(Encoding.UTF8.GetBytes(piece), line =>
            {
                lines.Add(Encoding.UTF8.GetString(line.Span));
                return ValueTask.CompletedTask;
            });
        }

        return string.Join('|', lines);
    }
}
