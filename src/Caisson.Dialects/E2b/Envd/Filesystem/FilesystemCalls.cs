using Caisson.Connect;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>The unary procedures on files.</summary>
internal static class FilesystemCalls
{
    private const uint DeepestListing = 1024;

    public static async Task<EntryResponse> StatAsync(PathRequest request, ConnectContext context)
    {
        var call = EnvdCall.Of(context.Http);
        return Entry(await call.Files.StatAsync(EnvdCall.CheckedPath(request.Path), call.User(), context.Cancellation));
    }

    public static async Task<EntryResponse> MakeDirectoryAsync(PathRequest request, ConnectContext context)
    {
        var call = EnvdCall.Of(context.Http);
        return Entry(await call.Files.MakeDirectoryAsync(EnvdCall.CheckedPath(request.Path), call.User(), context.Cancellation));
    }

    public static async Task<EntryResponse> MoveAsync(MoveRequest request, ConnectContext context)
    {
        var call = EnvdCall.Of(context.Http);
        var (source, destination) = (EnvdCall.CheckedPath(request.Source), EnvdCall.CheckedPath(request.Destination));
        return Entry(await call.Files.MoveAsync(source, destination, call.User(), context.Cancellation));
    }

    public static async Task<EntriesResponse> ListAsync(ListDirRequest request, ConnectContext context)
    {
        var call = EnvdCall.Of(context.Http);
        var depth = (int)Math.Clamp(request.Depth ?? 1, 1, DeepestListing);
        var entries = await call.Files.ListAsync(EnvdCall.CheckedPath(request.Path), depth, call.User(), context.Cancellation);
        return new EntriesResponse { Entries = [.. entries.Select(EntryViews.Of)] };
    }

    public static async Task<Empty> RemoveAsync(PathRequest request, ConnectContext context)
    {
        var call = EnvdCall.Of(context.Http);
        await call.Files.RemoveAsync(EnvdCall.CheckedPath(request.Path), call.User(), context.Cancellation);
        return Empty.Message;
    }

    private static EntryResponse Entry(FileEntry entry) => new() { Entry = EntryViews.Of(entry) };
}
