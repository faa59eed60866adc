using Caisson.Connect.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Caisson.Connect.Tests;

/// <summary>One procedure of each kind on a real server.</summary>
internal static class EchoServer
{
    public static async Task<WebApplication> StartAsync()
    {
        var type = ProtoJson.CreateOptions(WordJson.Default).TypeOf<Word>();
        var options = new ConnectOptions { MaxMessageBytes = 1 << 16 };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapConnectUnary("/test.Words/Echo", type, type, EchoAsync, options);
        app.MapConnectServerStream("/test.Words/Split", type, type, SplitAsync, options);
        app.MapConnectClientStream("/test.Words/Join", type, type, JoinAsync, options);
        await app.StartAsync();
        return app;
    }

    private static async Task<Word> EchoAsync(Word word, ConnectContext context)
    {
        if (word.Name == "sleep")
            await Task.Delay(Timeout.Infinite, context.Cancellation);
        if (word.Name == "crash")
            throw new InvalidOperationException("not for the caller");
        if (Enum.TryParse<ConnectCode>(word.Name, out var code))
            throw new ConnectException(code, "as you wished");
        context.Trailers["x-trailer"] = ["t"];
        return word;
    }

    private static async IAsyncEnumerable<Word> SplitAsync(Word word, ConnectContext context)
    {
        foreach (var part in (word.Name ?? "").Split(' '))
        {
            if (part == "fail")
                throw new ConnectException(ConnectCode.NotFound, "a word is missing");
            if (part == "sleep")
                await Task.Delay(Timeout.Infinite, context.Cancellation);
            yield return new Word { Name = part };
        }
    }

    private static async Task<Word> JoinAsync(IAsyncEnumerable<Word> words, ConnectContext context)
    {
        var names = new List<string?>();
        await foreach (var word in words)
            names.Add(word.Name);
        return new Word { Name = string.Join(' ', names) };
    }
}
