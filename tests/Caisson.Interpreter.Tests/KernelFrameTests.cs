using System.Text;
using Caisson.Core.Guests;
using Caisson.Interpreter.Kernels;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter.Tests;

public sealed class KernelFrameTests
{
    [Fact]
    public void Events_are_read()
    {
        Assert.Equal(new RunCounted(3), Read("""{"t":"count","count":3}""")!.Event);
        Assert.Equal(new RunPrinted(OutputStream.StandardError, "e\n"), Read("""{"t":"stderr","text":"e\n"}""")!.Event);
        Assert.Equal(new RunFailed("N", "v", "t"), Read("""{"t":"error","name":"N","value":"v","traceback":"t"}""")!.Event);
        var result = Assert.IsType<RunResult>(Read("""{"t":"result","main":true,"data":{"text/plain":"2","application/json":{"a":1}}}""")!.Event);
        Assert.True(result.IsMain);
        Assert.Equal("2", result.Data["text/plain"].GetString());
        Assert.Equal(1, result.Data["application/json"].GetProperty("a").GetInt32());
    }

    [Fact]
    public void Answers_name_their_request()
    {
        Assert.Equal(("done", "5"), (Read("""{"t":"done","id":"5"}""")!.Kind, Read("""{"t":"done","id":"5"}""")!.Id));
        Assert.Equal("/tmp", Read("""{"t":"pong","id":"5","adopted":"/tmp"}""")!.Adopted);
        Assert.Null(Read("""{"t":"pong","id":"5","adopted":null}""")!.Adopted);
    }

    [Fact]
    public void A_pong_tells_which_context_it_became() => Assert.Equal("c", Read("""{"t":"pong","id":"5","adopted":"/tmp","context":"c"}""")!.Context);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("{\"t\":5}")]
    [InlineData("{\"t\":\"count\"}")]
    [InlineData("{\"t\":\"count\",\"count\":\"x\"}")]
    [InlineData("{\"t\":\"count\",\"count\":99999999999}")]
    [InlineData("{\"t\":\"result\",\"main\":1,\"data\":{}}")]
    [InlineData("{\"t\":\"result\",\"main\":true,\"data\":[]}")]
    [InlineData("{\"t\":\"stdout\",\"text\":\"\\ud800\"}")]
    [InlineData("alf of a line\",\"text\":\"x\"}")]
    public void What_is_no_frame_is_left_out(string line) => Assert.Null(Read(line));

    private static KernelFrame? Read(string line) => KernelFrame.Read(Encoding.UTF8.GetBytes(line));
}
