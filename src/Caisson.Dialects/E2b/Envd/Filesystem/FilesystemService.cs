using Caisson.Connect;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>The procedures of filesystem.Filesystem that keep nothing between calls.</summary>
internal static class FilesystemService
{
    public const string Prefix = "POST /filesystem.Filesystem/";

    public static void Add(Dictionary<string, RequestDelegate> routes, ConnectOptions options)
    {
        Unary<PathRequest, EntryResponse>("Stat", FilesystemCalls.StatAsync);
        Unary<PathRequest, EntryResponse>("MakeDir", FilesystemCalls.MakeDirectoryAsync);
        Unary<MoveRequest, EntryResponse>("Move", FilesystemCalls.MoveAsync);
        Unary<ListDirRequest, EntriesResponse>("ListDir", FilesystemCalls.ListAsync);
        Unary<PathRequest, Empty>("Remove", FilesystemCalls.RemoveAsync);
        routes[Prefix + "WatchDir"] = ConnectHandler.ServerStream<WatchRequest, WatchFrame>(
            EnvdMessages.Type<WatchRequest>(), EnvdMessages.Type<WatchFrame>(), WatchStream.InvokeAsync, options);

        void Unary<TRequest, TResponse>(string name, Func<TRequest, ConnectContext, Task<TResponse>> procedure) =>
            routes[Prefix + name] = ConnectHandler.Unary(EnvdMessages.Type<TRequest>(), EnvdMessages.Type<TResponse>(), procedure, options);
    }
}
