namespace Mlops.Core.Tests.Pipelines;

/// <summary>A pipeline in the shape in which Mage writes it, with comments that a person added.</summary>
internal static class MagePipeline
{
    public const string Text =
        """
        # Trains the models of the course.
        blocks:
        - all_upstream_blocks_executed: true      # cached by the editor
          color: teal
          configuration:
            dynamic: true
            file_source:
              path: unit_2_training/custom/load_models.py
          downstream_blocks:
          - hyperparameter_tuning/sklearn
          executor_config: null
          executor_type: local_python
          has_callback: false
          language: python
          name: Load models
          retry_config: null
          status: executed
          timeout: null
          type: custom
          upstream_blocks: []
          uuid: load_models
        - {name: Training set, type: global_data_product, uuid: training_set, language: python, upstream_blocks: [],
           downstream_blocks: [hyperparameter_tuning/sklearn],
           configuration: {global_data_product: {uuid: training_set, project: unit_3_observability}}}
        - language: python
          name: Tune
          type: transformer
          upstream_blocks:
          - training_set
          - load_models
          uuid: hyperparameter_tuning/sklearn
        cache_block_output_in_memory: false
        callbacks: []
        concurrency_config: {}
        conditionals: []
        created_at: '2024-05-15 01:11:30.960600+00:00'
        data_integration: null
        description: Trains models.   # shown in the list
        executor_config: {}
        executor_count: 1
        executor_type: null
        extensions: {}
        name: sklearn training
        notification_config: {}
        remote_variables_dir: null
        retry_config: {}
        run_pipeline_in_one_process: false
        settings:
          triggers: null
        some_key_of_tomorrow: [1, {two: 3}]

        # What people may filter by.
        tags:
        - business critical
        type: python
        uuid: sklearn_training
        variables:
          max_evaluations: 1   # raise on a big machine
          random_state: 7
        variables_dir: ~/.mage_data/unit_3_observability
        widgets: []

        """;
}
