"""Long work that officers ask for at the desk."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_pins_taken_over'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('told', models.JSONField(default=dict)),
                ('language', models.CharField(default='en', max_length=8)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('refused', 'refused'), ('stopped', 'stopped'), ('broken off', 'broken off')], default='waiting', max_length=16)),
                ('asked_at', models.DateTimeField()),
                ('begun_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('doing', models.TextField(default='')),
                ('share', models.FloatField(default=0)),
                ('log', models.JSONField(default=list)),
                ('result', models.JSONField(default=list)),
                ('stop_asked', models.BooleanField(default=False)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='cases.officer')),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='cases.operation')),
            ],
            options={
                'indexes': [models.Index(fields=['operation', '-asked_at'], name='jobs_of_operation')],
            },
        ),
    ]
