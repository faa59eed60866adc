using System.Runtime.CompilerServices;
using Caisson.Connect;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>Changes below a directory as they happen.</summary>
internal static class WatchStream
{
    public static IAsyncEnumerable<WatchFrame> InvokeAsync(WatchRequest request, ConnectContext context)
    {
        var call = EnvdCall.Of(context.Http);
        var frames = FramesAsync(request, call, context.Cancellation);
        return KeepAlive.Interleave(frames, KeepAlive.Interval(context.Http), WatchFrame.Ping, call.Time, context.Cancellation);
    }

    private static async IAsyncEnumerable<WatchFrame> FramesAsync(WatchRequest request, EnvdCall call, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var path = EnvdCall.CheckedPath(request.Path);
        var changes = call.Files.WatchAsync(path, request.Recursive ?? false, request.IncludeEntry ?? false, call.User(), cancellation);
        await foreach (var change in changes.WithCancellation(cancellation))
            yield return change is null ? WatchFrame.Started : new WatchFrame { Filesystem = EntryViews.Of(change) };
    }
}
