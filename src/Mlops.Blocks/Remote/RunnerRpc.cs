using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamJsonRpc;

namespace Mlops.Blocks.Remote;

/// <summary>
/// JSON-RPC 2.0 as server and runner speak it: messages of source-generated JSON with their length before them, over one stream that each side reads
/// by a thread of its own. Methods are called on that thread in the order of their messages, so none may take long.
/// </summary>
internal static class RunnerRpc
{
    /// <summary>Names of the methods; <see cref="Log"/> and <see cref="Call"/> are the server's, the others are the runner's.</summary>
    public const string SetUp = "set_up", WarmUp = "warm_up", Preload = "preload", Open = "open", Variables = "variables", Run = "run", Close = "close",
        Describe = "describe", Log = "log", Call = "call";

    /// <summary>A connection to which methods can be added; it speaks once it listens.</summary>
    public static JsonRpc Create(Stream stream)
    {
        var formatter = new SystemTextJsonFormatter
        {
            JsonSerializerOptions = new JsonSerializerOptions
            {
                // The second is for the messages of the protocol itself.
                TypeInfoResolver = JsonTypeInfoResolver.Combine(RunnerJson.Default, new DefaultJsonTypeInfoResolver()),
                NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            },
        };
        var own = new ThreadedStream(stream);
        var rpc = new JsonRpc(new LengthHeaderMessageHandler(own, own, formatter)) { SynchronizationContext = new InlineContext() };
        rpc.TraceSource.Switch.Level = SourceLevels.Off;
        return rpc;
    }

    /// <summary>Calls methods where their message was read: a hop to another thread would cost more than they do, and lose their order.</summary>
    private sealed class InlineContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }
}
