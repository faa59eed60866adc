using System.Text.Json.Serialization.Metadata;
using Caisson.Connect.Calls;
using Microsoft.AspNetCore.Http;

namespace Caisson.Connect;

/// <summary>Makes request delegates out of procedures.</summary>
public static class ConnectHandler
{
    /// <summary>One message in, one message out.</summary>
    public static RequestDelegate Unary<TRequest, TResponse>(
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TResponse> response,
        Func<TRequest, ConnectContext, Task<TResponse>> procedure,
        ConnectOptions? options = null) =>
        new UnaryCall<TRequest, TResponse>(request, response, procedure, options ?? new ConnectOptions()).InvokeAsync;

    /// <summary>One message in, a stream out; every message is flushed before the next is asked for.</summary>
    public static RequestDelegate ServerStream<TRequest, TResponse>(
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TResponse> response,
        Func<TRequest, ConnectContext, IAsyncEnumerable<TResponse>> procedure,
        ConnectOptions? options = null) =>
        new ServerStreamCall<TRequest, TResponse>(request, response, procedure, options ?? new ConnectOptions()).InvokeAsync;

    /// <summary>A stream in, one message out.</summary>
    public static RequestDelegate ClientStream<TRequest, TResponse>(
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TResponse> response,
        Func<IAsyncEnumerable<TRequest>, ConnectContext, Task<TResponse>> procedure,
        ConnectOptions? options = null) =>
        new ClientStreamCall<TRequest, TResponse>(request, response, procedure, options ?? new ConnectOptions()).InvokeAsync;
}
