using Caisson.Connect;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>Watching by polling, for clients that cannot hold a stream.</summary>
internal static class WatcherService
{
    public static void Add(Dictionary<string, RequestDelegate> routes, ConnectOptions options, DirectoryWatchers watchers)
    {
        Unary<WatchRequest, WatcherReference>("CreateWatcher", async (request, context) =>
            new WatcherReference { WatcherId = await watchers.CreateAsync(EnvdCall.Of(context.Http), request, context.Cancellation) });
        Unary<WatcherReference, WatcherEvents>("GetWatcherEvents", (request, context) =>
            Task.FromResult(new WatcherEvents { Events = watchers.Find(EnvdCall.Of(context.Http).Sandbox, request.WatcherId).Drain() }));
        Unary<WatcherReference, Empty>("RemoveWatcher", async (request, context) =>
        {
            await watchers.RemoveAsync(EnvdCall.Of(context.Http).Sandbox, request.WatcherId);
            return Empty.Message;
        });

        void Unary<TRequest, TResponse>(string name, Func<TRequest, ConnectContext, Task<TResponse>> procedure) =>
            routes[FilesystemService.Prefix + name] = ConnectHandler.Unary(EnvdMessages.Type<TRequest>(), EnvdMessages.Type<TResponse>(), procedure, options);
    }
}
